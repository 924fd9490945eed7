// The shape that is being drawn: terra-draw holds it, this turns it into what the API takes and back.
import type { Feature, Polygon, Position } from 'geojson';
import type { Map } from 'maplibre-gl';
import {
  TerraDraw, TerraDrawCircleMode, TerraDrawPolygonMode, TerraDrawRectangleMode, TerraDrawRenderMode, TerraDrawSelectMode,
  type GeoJSONStoreFeatures, type HexColor,
} from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';

export type Kind = 'circle' | 'polygon' | 'rectangle';
/** What a geofence's columns say about its shape. */
export interface ShapeColumns {
  type: Kind;
  center_lat: string | null;
  center_lng: string | null;
  radius_meters: number | null;
  coordinates: Polygon | null;
}

const EARTH_RADIUS_M = 6_371_008.8;
/** Enough to take hold of; the server draws its own. */
const CORNERS = 32;
/** The decimals that terra-draw takes. */
const PRECISION = 9;

export class Shape {
  private readonly draw: TerraDraw;
  private id: string | number | null = null;
  private kind: Kind | null = null;
  /** A shape that cannot be changed here, because it has holes. */
  private fixed = false;

  constructor(map: Map, private readonly told: { drawn(): void; changed(): void }) {
    const corner = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
      modes: [
        new TerraDrawRenderMode({ modeName: 'idle', styles: {} }),
        new TerraDrawCircleMode({ segments: CORNERS }),
        new TerraDrawPolygonMode(),
        new TerraDrawRectangleMode(),
        new TerraDrawSelectMode({
          allowManualDeselection: false,
          keyEvents: { deselect: null, delete: null, rotate: null, scale: null },
          flags: {
            polygon: corner,
            rectangle: { feature: { draggable: true, coordinates: { resizable: 'opposite' } } },
            circle: { feature: { draggable: true, coordinates: { resizable: 'center-fixed' } } },
          },
        }),
      ],
    });
    this.draw.start();
    this.draw.setMode('idle');
    this.draw.on('finish', (id, { action }) => {
      if (action === 'draw') {
        this.id = id;
        // Within its own event terra-draw has not finished with the feature.
        window.setTimeout(() => {
          if (this.id !== id) return;
          this.draw.selectFeature(id);
          this.told.drawn();
        });
      } else this.told.changed();
    });
    this.draw.on('change', (ids) => { if (this.id !== null && ids.includes(this.id)) this.told.changed(); });
  }

  colour(value: string): void {
    const colour = value as HexColor;
    this.draw.updateModeOptions<typeof TerraDrawSelectMode>('select', {
      styles: {
        selectedPolygonColor: colour, selectedPolygonFillOpacity: 0.25, selectedPolygonOutlineColor: colour, selectedPolygonOutlineWidth: 3,
        selectionPointColor: '#ffffff', selectionPointOutlineColor: colour, selectionPointOutlineWidth: 2, selectionPointWidth: 6,
        midPointColor: colour, midPointOutlineColor: '#ffffff', midPointOutlineWidth: 1, midPointWidth: 4,
      },
    });
  }

  /** Waits for the person to draw one. */
  begin(kind: Kind): void {
    this.clear();
    this.kind = kind;
    this.draw.setMode(kind);
  }

  /** Shows a stored one so that it can be changed; false: it has holes and stays as it is. */
  edit(kind: Kind, area: Polygon, radius: number | null): boolean {
    this.clear();
    this.kind = kind;
    this.fixed = area.coordinates.length > 1;
    if (this.fixed) return false;
    const ring = area.coordinates[0] as Position[];
    this.add(radius === null ? area : { type: 'Polygon', coordinates: [circleRing(centreOf(ring), radius)] }, kind);
    return true;
  }

  clear(): void {
    this.id = null;
    this.kind = null;
    this.fixed = false;
    this.draw.setMode('idle');
    this.draw.clear();
  }

  /** A circle with another radius, metres, round the same centre. */
  resize(radius: number): void {
    const ring = this.ring();
    if (!ring || this.kind !== 'circle') return;
    this.draw.clear();
    this.add({ type: 'Polygon', coordinates: [circleRing(centreOf(ring), radius)] }, 'circle');
  }

  /** Metres; null for what is no circle. */
  radius(): number | null {
    const ring = this.ring();
    return ring && this.kind === 'circle' ? Math.max(1, Math.round(radiusOf(ring))) : null;
  }

  /** The columns of the API; null while there is nothing, or nothing that was changed here. */
  columns(): ShapeColumns | null {
    const ring = this.ring();
    if (!ring || !this.kind || this.fixed) return null;
    if (this.kind === 'circle') {
      const [lng, lat] = centreOf(ring) as [number, number];
      return { type: 'circle', center_lat: lat.toFixed(8), center_lng: lng.toFixed(8), radius_meters: this.radius(), coordinates: null };
    }
    return { type: this.kind, center_lat: null, center_lng: null, radius_meters: null, coordinates: { type: 'Polygon', coordinates: [ring] } };
  }

  private add(area: Polygon, kind: Kind): void {
    this.draw.setMode('select');
    const rounded = (area.coordinates[0] as Position[]).map((at) => at.slice(0, 2).map((value) => Number(value.toFixed(PRECISION))));
    const id = this.draw.getFeatureId();
    const feature: Feature<Polygon> = { type: 'Feature', id, geometry: { type: 'Polygon', coordinates: [rounded] }, properties: { mode: kind } };
    const [result] = this.draw.addFeatures([feature as GeoJSONStoreFeatures]);
    if (!result?.valid) throw new Error(`This shape cannot be drawn: ${result?.reason ?? 'unknown'}`);
    this.id = id;
    this.draw.selectFeature(id);
  }

  private ring(): Position[] | null {
    if (this.id === null || !this.draw.hasFeature(this.id)) return null;
    const geometry = this.draw.getSnapshotFeature(this.id)?.geometry;
    return geometry?.type === 'Polygon' ? (geometry.coordinates[0] ?? null) : null;
  }
}

function centreOf(ring: Position[]): Position {
  const [x, y] = [ring.map((at) => at[0] as number), ring.map((at) => at[1] as number)];
  return [(Math.min(...x) + Math.max(...x)) / 2, (Math.min(...y) + Math.max(...y)) / 2];
}

/** Metres from the centre to its easternmost corner. */
function radiusOf(ring: Position[]): number {
  const [lng, lat] = centreOf(ring) as [number, number];
  const east = Math.max(...ring.map((at) => at[0] as number));
  const half = ((east - lng) * Math.PI) / 360;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.cos((lat * Math.PI) / 180) * Math.sin(half)));
}

/** Corners at even bearings, by the destination formula. */
function circleRing(centre: Position, radius: number): Position[] {
  const [lng, lat] = centre.map((value) => (value * Math.PI) / 180) as [number, number];
  const reach = radius / EARTH_RADIUS_M;
  const ring: Position[] = [];
  for (let k = 0; k < CORNERS; k += 1) {
    const bearing = (2 * Math.PI * k) / CORNERS;
    const north = Math.asin(Math.sin(lat) * Math.cos(reach) + Math.cos(lat) * Math.sin(reach) * Math.cos(bearing));
    const east = lng + Math.atan2(Math.sin(bearing) * Math.sin(reach) * Math.cos(lat), Math.cos(reach) - Math.sin(lat) * Math.sin(north));
    ring.push([(east * 180) / Math.PI, (north * 180) / Math.PI]);
  }
  return [...ring, ring[0] as Position];
}

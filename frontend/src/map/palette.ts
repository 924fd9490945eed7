// Colours of the map in both themes. Roads stand out of the land by being lighter, with a darker casing.
export interface Palette {
  water: string;
  land: string;
  border: string;
  road: string;
  casing: string;
  motorway: string;
  motorwayCasing: string;
  service: string;
  park: string;
  text: string;
  halo: string;
  quietText: string;
}

const light: Palette = {
  water: '#cfdde8',
  land: '#ecebe6',
  border: '#b9b3a8',
  road: '#ffffff',
  casing: '#d3cdc1',
  motorway: '#fbdf9d',
  motorwayCasing: '#dcaf5b',
  service: '#f6f5f2',
  park: '#dbe6d2',
  text: '#4c4a45',
  halo: '#ffffff',
  quietText: '#77736a',
};

const dark: Palette = {
  water: '#0e1622',
  land: '#19222f',
  border: '#3a475a',
  road: '#374760',
  casing: '#131b26',
  motorway: '#646f8b',
  motorwayCasing: '#131b26',
  service: '#242f3f',
  park: '#1b2c2a',
  text: '#b9c4d4',
  halo: '#131b26',
  quietText: '#8793a6',
};

export function isDark(): boolean {
  return document.documentElement.dataset['bsTheme'] === 'dark';
}

export function palette(): Palette {
  return isDark() ? dark : light;
}

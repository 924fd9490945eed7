// The slider under the map: any moment of the track by hand, or all of it in fast motion.
import { moment, speedText } from '../format';
import type { Track } from './track';

export class Replay {
  private readonly slider = document.getElementById('replay') as HTMLInputElement;
  private readonly bar = document.getElementById('replay-bar') as HTMLElement;
  private readonly button = document.getElementById('replay-play') as HTMLButtonElement;
  private readonly pace = document.getElementById('replay-pace') as HTMLSelectElement;
  private readonly now = document.getElementById('replay-now') as HTMLOutputElement;
  private readonly withSeconds: boolean;
  private t: number;
  private frame = 0;
  private drawnAt = 0;

  constructor(
    private readonly track: Track,
    private readonly moved: (t: number) => void,
  ) {
    this.t = track.start;
    this.withSeconds = track.end - track.start < 3 * 3600;
    this.slider.addEventListener('input', () => this.go(this.track.start + Number(this.slider.value)));
    this.button.addEventListener('click', () => (this.frame ? this.pause() : this.play()));
    this.grow();
  }

  /** The track has become longer. */
  grow(): void {
    const empty = this.track.length < 2;
    this.slider.max = String(Math.max(0, Math.ceil(this.track.end - this.track.start)));
    this.slider.disabled = this.button.disabled = this.pace.disabled = empty;
    this.tell();
  }

  go(t: number): void {
    this.t = Math.min(Math.max(t, this.track.start), this.track.end);
    this.slider.value = String(Math.round(this.t - this.track.start));
    this.tell();
    this.moved(this.t);
  }

  private play(): void {
    if (this.t >= this.track.end) this.go(this.track.start);
    this.setPlaying(true);
    this.drawnAt = performance.now();
    const step = (at: number): void => {
      const seconds = ((at - this.drawnAt) / 1000) * Number(this.pace.value);
      this.drawnAt = at;
      this.go(this.track.afterSilence(this.t + seconds));
      if (this.t >= this.track.end) this.pause();
      else this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private pause(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.setPlaying(false);
  }

  private setPlaying(is: boolean): void {
    this.bar.toggleAttribute('data-playing', is);
    this.button.setAttribute('aria-label', is ? 'Pause' : 'Play');
  }

  private tell(): void {
    const position = this.track.at(this.t);
    if (!position) {
      this.now.textContent = 'Nothing recorded';
      return;
    }
    const time = moment(new Date(this.t * 1000), this.withSeconds ? 'seconds' : 'time');
    const text = `${time} · ${position.silent ? 'no report' : speedText(position.speedKph)}`;
    this.now.textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
  }
}

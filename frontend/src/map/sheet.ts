// On a phone the panel is a sheet: its head peeks out at the bottom, a tap or a drag opens it.
export class Sheet {
  private readonly panel = document.getElementById('live-panel') as HTMLElement;
  private readonly grip = this.panel.querySelector('.sheet-grip') as HTMLButtonElement;
  private startY = 0;
  private moved = 0;

  constructor() {
    this.measure();
    window.addEventListener('resize', () => this.measure());
    this.grip.addEventListener('pointerdown', (event) => this.start(event));
    this.grip.addEventListener('pointermove', (event) => this.drag(event));
    this.grip.addEventListener('pointerup', () => this.end());
    this.grip.addEventListener('pointercancel', () => this.end());
    // A keyboard's Enter comes as a click without a pointer before it.
    this.grip.addEventListener('click', (event) => {
      if (event.detail === 0) this.set(!this.isOpen());
    });
    this.panel.addEventListener('focusin', (event) => {
      if ((event.target as Element).matches('.live-row, #live-query, #live-group')) this.set(true);
    });
  }

  set(open: boolean): void {
    this.panel.toggleAttribute('data-open', open);
    this.grip.setAttribute('aria-expanded', String(open));
    this.grip.ariaLabel = open ? 'Hide the list of vehicles' : 'Show the list of vehicles';
  }

  /** Grip, counts and nothing else stand out of the closed sheet. */
  private measure(): void {
    const chips = this.panel.querySelector('.chips') as HTMLElement;
    const top = this.panel.getBoundingClientRect().top;
    const peek = Math.ceil(chips.getBoundingClientRect().bottom - top) + 12;
    if (peek > 12) (this.panel.parentElement as HTMLElement).style.setProperty('--peek', `${peek}px`);
  }

  private isOpen(): boolean {
    return this.panel.hasAttribute('data-open');
  }

  private start(event: PointerEvent): void {
    this.grip.setPointerCapture(event.pointerId);
    this.startY = event.clientY;
    this.moved = 0;
    this.panel.classList.add('dragging');
  }

  private drag(event: PointerEvent): void {
    if (!this.panel.classList.contains('dragging')) return;
    this.moved = event.clientY - this.startY;
    const peek = parseFloat(getComputedStyle(this.panel).getPropertyValue('--peek')) || 128;
    const closedAt = this.panel.offsetHeight - peek;
    const at = Math.min(closedAt, Math.max(0, (this.isOpen() ? 0 : closedAt) + this.moved));
    this.panel.style.transform = `translateY(${at}px)`;
  }

  private end(): void {
    if (!this.panel.classList.contains('dragging')) return;
    this.panel.classList.remove('dragging');
    this.panel.style.transform = '';
    const tapped = Math.abs(this.moved) < 8;
    this.set(tapped ? !this.isOpen() : this.moved < 0);
  }
}

/** Milliseconds each phase of a reload took. */
export type ReloadPhases = Readonly<Partial<Record<ReloadPhase, number>>>;

export type ReloadPhase = 'verify' | 'stage' | 'probe' | 'swap';

/** Measures the phases of one reload. `clock` gives milliseconds from an arbitrary origin. */
export class PhaseTimer {
  private readonly clock: () => number;
  private readonly taken: Partial<Record<ReloadPhase, number>> = {};

  constructor(clock: () => number) {
    this.clock = clock;
  }

  get phases(): ReloadPhases {
    return { ...this.taken };
  }

  add(phase: ReloadPhase, milliseconds: number): void {
    this.taken[phase] = (this.taken[phase] ?? 0) + milliseconds;
  }

  /** Runs `work` and adds its time to the phase, also when it fails. */
  async measure<T>(phase: ReloadPhase, work: () => T | Promise<T>): Promise<T> {
    const started = this.clock();
    try {
      return await work();
    } finally {
      this.add(phase, this.clock() - started);
    }
  }
}

/** A rule as it is posted to the rule API: the long form, before validation. */
export type RuleDocument = Readonly<Record<string, unknown>> & { readonly id: string };

/** Why a candidate deserves trust, in numbers; every count is of whole requests. */
export interface Evidence {
  /** Attack samples the learner was given, and how many of them the rule matches. */
  readonly samples: number;
  readonly covered: number;
  /** Distinct client addresses among the covered samples. */
  readonly sources: number;
  /** Benign requests the rule was run on by the real engine, and how many of them it matched. */
  readonly benign_pool: number;
  readonly benign_hits: number;
  /** Upper end of the 95 % confidence interval of the false-positive rate, 0..1. */
  readonly false_positive_bound: number;
  /** Mutations of its own samples, and how many of them the rule still matches. */
  readonly mutations: number;
  readonly mutations_matched: number;
  /** Steps that the rule adds to one inspection: mean over the benign pool, and its static bound. */
  readonly mean_steps: number;
  readonly bound_steps: number;
  /** Lower bound of the precision, 0..1; what the rule states as its `confidence`. */
  readonly confidence: number;
}

/** A rule the generator proposes, together with what speaks for it. */
export interface Candidate {
  readonly rule: RuleDocument;
  /** One sentence for a person: what it blocks, why it is believed to be an attack and harmless. */
  readonly sentence: string;
  readonly evidence: Evidence;
}

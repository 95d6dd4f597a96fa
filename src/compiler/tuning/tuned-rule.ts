import type { Condition, Leaf, Rule } from '../../rules/model.ts';

/** A leaf of a form that a rule takes on some paths. */
export interface TunedLeaf extends Leaf {
  /** Nothing is done for it ahead of time: values are looked at when a condition asks. */
  readonly late?: true;
}

/** A rule as tuning makes it for the compiler. */
export interface TunedRule extends Rule {
  /**
   * Holds whenever the rule does. What wakes this wakes the rule, so that neither the paths of tuning nor
   * the forms that the condition takes on them cost a request anything that the rule does not look at.
   */
  readonly wokenBy?: Condition;
  /**
   * The condition where nothing is excluded. A request meets exactly one of the forms that the condition
   * takes, and none looks at more than this one.
   */
  readonly widest?: Condition;
}

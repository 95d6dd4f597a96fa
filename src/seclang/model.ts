/** What SecLang text says, before it is given a meaning. */

/** Where a directive begins. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One entry of a variable list: `ARGS:id`, `!REQUEST_COOKIES:/^_ga/`, `&REQUEST_HEADERS:Host`. */
export interface Variable {
  /** In capitals. */
  readonly name: string;
  readonly selector?: string;
  /** The selector is a regular expression. */
  readonly pattern: boolean;
  /** `&`: how many values there are. */
  readonly counted: boolean;
  /** `!`: taken out of the list. */
  readonly excluded: boolean;
  readonly text: string;
}

export interface OperatorCall {
  /** In small letters, without `@`; `rx` when the text names none. */
  readonly name: string;
  readonly negated: boolean;
  readonly argument: string;
}

export interface ActionItem {
  /** In small letters. */
  readonly name: string;
  /** '' when the action has none. */
  readonly value: string;
}

/** One SecRule, or a SecAction, which has no variables and no operator. */
export interface Link {
  readonly place: Place;
  readonly variables: readonly Variable[];
  readonly operator: OperatorCall | null;
  readonly actions: readonly ActionItem[];
}

/** How rules are named by directives and actions that remove or change them. */
export type Naming = 'id' | 'tag' | 'msg';

export type Directive = { readonly place: Place } & (
  | { readonly kind: 'rule'; readonly link: Link }
  | { readonly kind: 'marker'; readonly name: string }
  | { readonly kind: 'default'; readonly actions: readonly ActionItem[] }
  | { readonly kind: 'remove'; readonly by: Naming; readonly names: readonly string[] }
  | {
      readonly kind: 'update';
      readonly by: Naming;
      readonly names: readonly string[];
      readonly variables: readonly Variable[];
    }
  | { readonly kind: 'include'; readonly name: string }
  | { readonly kind: 'setting'; readonly name: string; readonly value: string }
  | { readonly kind: 'unread'; readonly reason: string }
);

/** A SecRule with the rules chained to it, or a SecAction. */
export interface Chain {
  readonly place: Place;
  /** '' when it has none. */
  readonly id: string;
  /** 1 to 5. */
  readonly phase: number;
  readonly links: readonly Link[];
  readonly tags: readonly string[];
  readonly msg: string;
}

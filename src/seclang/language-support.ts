/**
 * What the rule language can say today of what SecLang can. Where it cannot, the importer reports a gap
 * (or a note, when only an exclusion is lost) and never guesses.
 */
export interface LanguageSupport {
  /** A capture as a target (`${name.1}`), and inside the value of a text operator. */
  readonly captures: boolean;
  /** A regular expression as a selector: `cookies[/^_ga/]`. */
  readonly patternSelectors: boolean;
  /** A selector on names: `query.names[json]`. */
  readonly nameSelectors: boolean;
}

export const LANGUAGE_SUPPORT: LanguageSupport = {
  captures: true,
  patternSelectors: true,
  nameSelectors: true,
};

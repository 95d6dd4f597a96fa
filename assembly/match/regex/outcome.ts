/** What a run answers when the text does not match, or when the budget ends first. */
export const NO_MATCH: i32 = -1;

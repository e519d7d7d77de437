/**
 * One source value of the model's row. A string is a number taken as it is (booleans become 0 and 1).
 * `oneHot` gives one 0/1 column a category, in that order; `ordinal` gives the category's position.
 * `from` is a path, `input.<field>` or `features.<name>`. A missing value is an empty CSV cell (NaN to XGBoost).
 */
export type Column =
  | string
  | { readonly from: string; readonly oneHot: readonly string[] }
  | { readonly from: string; readonly ordinal: readonly string[] };

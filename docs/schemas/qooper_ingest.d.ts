// Made from the JSON Schemas beside it (make reference). Types of the documents that qooper_ingest reads and writes.

/** A guard that a person has seen and accepted, with its figures. Made by `Plan.acknowledge`; it does not hold for others. */
export interface Acknowledgement {
  code: string;
  count: number;
  limit: number;
  of: number;
}

/** ``anonymise``: what was kept of a file, and what was not. */
export interface AnonymiseOutput {
  cells: number;
  command: "anonymise";
  differences: Array<string>;
  format_version: 3;
  kept: Array<string>;
  written: Written;
}

/** One field and the column it is read from. */
export interface Binding {
  candidates?: Array<Candidate>;
  column?: number | null;
  confidence?: "suggest" | "ask" | "none";
  content?: "email" | "date" | "code" | "truth" | "text" | "url" | null;
  field: string;
  inverted?: boolean;
  label?: string | null;
  more_columns?: Array<number>;
  part?: "first" | "last" | null;
  reasons?: Array<string>;
  score?: number;
}

/** A column that might be the field's. */
export interface Candidate {
  column: number;
  label: string;
  reasons?: Array<string>;
  score: number;
}

/** Another text for one cell. */
export interface CellCorrection {
  column: string;
  kind?: "cell";
  row: number;
  value: string | null;
  was: string | null;
  was_digest?: string | null;
}

/** ``check``: operations to be applied, rows that are done, operations that no longer hold. */
export interface CheckOutput {
  can_apply: boolean;
  command: "check";
  done: Array<number>;
  fingerprint: string;
  format_version: 3;
  pending: number;
  stale: Array<OutputStale>;
}

/** What a person chose on the way from upload to plan. Schema: choices.2.json */
export interface Choices {
  conventions?: Conventions;
  corrections?: Array<CellCorrection | OptionAlias>;
  format_version?: 2;
  header_rows?: Array<number> | null;
  mapping?: ColumnMapping | null;
  policy?: Policy;
  read?: ReadOptions;
  sheet?: string | number | null;
  source_sha256?: string | null;
}

/** Which column means which field, for one header. Schema: mapping.1.json */
export interface ColumnMapping {
  bindings: Array<Binding>;
  labels: Array<string>;
  separator?: string | null;
}

/** ``compare``: what is different between two files. */
export interface CompareOutput {
  command: "compare";
  findings: Array<OutputFinding>;
  format_version: 3;
  people: OutputPeople;
}

/** How the cells of one file are written. A field that is left out is proposed. */
export interface Conventions {
  append_marks?: boolean;
  date_order?: "dmy" | "mdy" | "ymd" | null;
  decimal?: "." | "," | null;
  separator?: string | null;
}

/** A person whom an operation made. */
export interface CreatedPerson {
  ref: string;
  row: number;
}

/** What a person decided for one row that the plan had left to them. */
export interface Decision {
  answer: "use_id" | "use_email" | "link" | "create" | "skip" | "treat_as_same_person";
  key?: RowKey | null;
  ref?: string | null;
  row: number;
}

/** How a text file is cut into rows and cells. */
export interface Dialect {
  delimiter?: string;
  doubled?: boolean;
  escape?: string | null;
  layout?: "delimited" | "wrapped" | "typographic" | "boxed" | "ruled" | "aligned" | "gaps" | "tabs";
  line_end?: "\n" | "\r\n" | "\r" | "mixed";
  quote?: string | null;
  skip_initial_space?: boolean;
}

/** Why a command was refused: the library's error code, the sentence, and the option and file that it is about. */
export interface ErrorDetail {
  code: string;
  file: string | null;
  message: string;
  option: string | null;
}

/** ``explain``: codes and what they mean. */
export interface ExplainOutput {
  codes: Array<OutputCode>;
  command: "explain";
  format_version: 3;
}

/** One field of a participant. */
export interface Field {
  aliases?: Array<string>;
  key: string;
  label?: string;
  max_length?: number | null;
  min_length?: number | null;
  options?: Array<Option>;
  other?: boolean;
  pattern?: string | null;
  required?: boolean;
  role?: "id" | "email" | "new_email" | "status" | "first_name" | "last_name" | null;
  type?: "text" | "long_text" | "number" | "date" | "location" | "boolean" | "select" | "multi_select";
  unique?: boolean;
}

export interface FieldChange {
  added?: Array<string> | null;
  after: string | number | boolean | Array<string> | null;
  before: string | number | boolean | Array<string> | null;
  field: string;
  removed?: Array<string> | null;
}

/** The participant file; no name: the standard input. */
export interface File {
  bytes: number;
  name: string | null;
  sha256: string;
}

/** A format that is read, told by content. */
export type Format = "text" | "xlsx" | "xlsb" | "xls" | "ods" | "fods" | "spreadsheetml" | "xml" | "html" | "mhtml";

/** A guard that tripped, as the summary shows it. */
export interface GuardState {
  acknowledged: boolean;
  code: string;
  count: number;
  limit: number;
  of: number;
}

/** ``inspect``: what a file is, and what is proposed for it. Schema: proposal.3.json */
export interface InspectOutput {
  blank_rows: number;
  command: "inspect";
  file: File;
  format: string;
  format_version: 3;
  header: OutputHeader;
  ignored: Array<string>;
  issues: Array<OutputIssue>;
  labels: Array<string>;
  mapping: ColumnMapping;
  read: ReadOptions;
  rows: number;
  separator: OutputSeparator;
  sheet: string;
  sheets: Array<OutputSheet>;
}

/** ``merge``: how many corrections were added, and how many decisions the choices hold. */
export interface MergeOutput {
  command: "merge";
  corrections: number;
  decisions: number;
  format_version: 3;
  written: Written;
}

/** One operation of a plan: a line of `Plan.to_jsonl`. Dates are ISO texts. Schema: operation.1.json */
export interface Operation {
  absent_email: string | null;
  absent_id: string | null;
  absent_id_fold: string | null;
  absent_subject: string | null;
  changes: Array<FieldChange>;
  codes: Array<string>;
  expected?: PersonState | null;
  group: number | null;
  operation: "create" | "update" | "change_email" | "suspend" | "reactivate" | "retire";
  ref?: string | null;
  row: number | null;
  status_scope: string | null;
}

/** One allowed answer of a select or multi-select field. A plain string is an option whose value is its label. */
export interface Option {
  aliases?: Array<string>;
  label?: string;
  value: string;
}

/** An answer of the file that means one of a field's options. */
export interface OptionAlias {
  field: string;
  kind?: "alias";
  option: string;
  text: string;
}

/** Schema: output.3.json */
export type Output = InspectOutput | PlanOutput | WrittenOutput | MergeOutput | CheckOutput | WhatifOutput | WhyOutput | CompareOutput | ExplainOutput | SchemaOutput | AnonymiseOutput | RefusedOutput;

export interface OutputAlternative {
  action: string;
  codes: Array<string>;
  option: string;
  ref: string | null;
  value: string | boolean;
}

export interface OutputCandidate {
  reasons: Array<string>;
  rows: Array<number>;
  score: number;
}

/** A field of a row; the cell and its values only with ``--personal``. */
export interface OutputCell {
  after?: string | number | boolean | Array<string> | null;
  cell?: string | null;
  changes: boolean;
  column: string | null;
  field: string;
  label: string | null;
  reasons: Array<string>;
  stored?: string | number | boolean | Array<string> | null;
  value?: string | number | boolean | Array<string> | null;
}

export interface OutputCode {
  code: string;
  kind: "issue" | "error" | "stale" | "difference";
  meaning: string;
  severity: "error" | "warning" | "info" | null;
  what_to_do: string;
}

export interface OutputDifference {
  action_a: string | null;
  action_b: string | null;
  codes_a: Array<string> | null;
  codes_b: Array<string> | null;
  differs: Array<string>;
  fields: Array<string>;
  ref_a: string | null;
  ref_b: string | null;
  row: number | null;
}

export interface OutputDocument {
  name: string;
  version: number;
}

export interface OutputFinding {
  code: string;
  field: string | null;
  last: string | number | null;
  options: Array<string>;
  rows: Array<number>;
  this: string | number | null;
}

export interface OutputHeader {
  candidates: Array<OutputCandidate>;
  given: boolean;
  rows: Array<number>;
}

/** An issue with its place and its sentence. */
export interface OutputIssue {
  code: string;
  column: string | null;
  detail?: string | null;
  field: string | null;
  message?: string | null;
  other_row: number | null;
  row: number | null;
  severity: "error" | "warning" | "info";
  value?: string | null;
}

export interface OutputKey {
  key?: string | null;
  kind: string;
  refs: Array<string>;
}

export interface OutputPeople {
  both: number;
  last: number;
  matched_by: "id" | "email";
  this: number;
}

/** A source row; of several sources (``combine``) with the source's name and the row there. */
export interface OutputRow {
  action: string;
  candidates: Array<string>;
  changed: Array<string>;
  codes: Array<string>;
  info: Array<string>;
  matched_by: string | null;
  ref: string | null;
  row: number;
  source?: string | null;
  source_row?: number | null;
}

export interface OutputSeparator {
  score: number;
  separator: string | null;
  state: "given" | "found" | "none_needed" | "no_evidence" | "undecided";
}

export interface OutputSheet {
  columns: number | null;
  name: string;
  rows: number | null;
  visible: boolean;
}

export interface OutputSource {
  name: string;
  role: string | null;
  sheet: string | null;
}

export interface OutputStale {
  codes: Array<string>;
  reasons: Array<string>;
  ref: string | null;
  row: number | null;
}

export interface OutputTransition {
  from: string;
  rows: number;
  to: string;
}

export interface PersonState {
  email: string | null;
  id: string | null;
  roles?: Array<string> | null;
  sso_subject: string | null;
  status: string | null;
  status_locked?: boolean | null;
}

/** ``plan`` and ``combine``: the plan document. No operations while a guard stops the plan. Schema: plan.3.json */
export interface PlanOutput {
  atomic_groups: Array<Array<number>>;
  command: "plan" | "combine";
  dependencies: Array<Array<number>>;
  file: File | null;
  fingerprint: string;
  format_version: 3;
  issues: Array<OutputIssue>;
  operations: Array<Operation>;
  rows: Array<OutputRow>;
  sources: Array<OutputSource>;
  summary: Summary;
}

/** The options of a run. Schema: policy.1.json */
export interface Policy {
  absent?: "ignore" | "report" | "suspend";
  acknowledged?: Record<string, number>;
  acknowledgements?: Array<Acknowledgement>;
  allow_email_change?: boolean;
  allow_email_cycles?: boolean;
  allow_id_link?: boolean;
  allow_locked_status?: boolean;
  allow_status_change?: boolean;
  create_suspended?: boolean;
  decisions?: Array<Decision>;
  deleted_email?: "reserved" | "reusable";
  drift?: Array<"column_gone" | "column_new" | "column_renamed" | "column_rebound" | "options_new" | "format_changed" | "blanks_more" | "people_gone" | "people_new" | "name_changed">;
  full_snapshot?: boolean;
  id_case?: "exact" | "ascii_insensitive";
  id_zero_pad?: number | null;
  key?: "auto" | "id" | "email";
  match_sso_subject?: boolean;
  mode?: "upsert" | "create_only" | "update_only";
  multi_select?: "replace" | "union";
  on_discontinuity?: "conflict" | "warn";
  on_other_role?: "conflict" | "add";
  require_id?: boolean;
  role?: string | null;
  sso_check?: "enforce" | "warn" | "off";
  sso_subject_is?: "id" | "email";
  thresholds?: Thresholds;
  update?: "replace" | "fill_blank";
}

/** How to read a file. Whatever is left out is detected, and reported in ``Workbook.options``. */
export interface ReadOptions {
  dialect?: Dialect | null;
  dialect_score?: number | null;
  encoding?: string | null;
  encoding_alternatives?: Array<string>;
  encoding_score?: number | null;
  format?: Format | null;
  member?: string | null;
}

/** What was planned from what, and what became of it. Made by `Plan.receipt`; JSON, without personal data. Schema: receipt.1.json */
export interface Receipt {
  actions: Record<string, number>;
  applied: number;
  choices_sha256?: string | null;
  created?: Array<CreatedPerson>;
  directory_version?: string | null;
  done?: Array<number | string>;
  file_sha256?: string | null;
  format_version?: 1;
  inverse_of?: string | null;
  operations: number;
  plan_fingerprint: string;
  refused?: Array<Refusal>;
  rules_version: number;
  schema_sha256: string;
}

/** An operation that the host did not apply. */
export interface Refusal {
  reason: string;
  ref?: string | null;
  row?: number | null;
}

/** Printed in place of any other document, with the exit code 2. */
export interface RefusedOutput {
  command: string;
  error: ErrorDetail;
  format_version: 3;
}

/** What a row said when a decision was made for it. Made by `Plan.decide`; a host only keeps it. */
export interface RowKey {
  cells: string;
  email?: string | null;
  id?: string | null;
  sheet?: string | null;
  source?: string | null;
}

/** All fields of a participant, and the host's rules for IDs and status words. Schema: schema.1.json */
export interface Schema {
  clear_word?: string | null;
  fields: Array<Field>;
  id_pattern?: string | null;
  status_words?: Record<string, StatusWord>;
}

/** ``schema`` without a name: the documents that have a JSON Schema. */
export interface SchemaOutput {
  command: "schema";
  documents: Array<OutputDocument>;
  format_version: 3;
}

/** What a status word of a file means at the host. */
export interface StatusWord {
  scope?: "programme" | "organisation";
  state: "active" | "suspended";
}

/** The plan in figures: what a review page shows first. JSON with ``format_version``. Schema: summary.2.json */
export interface Summary {
  absent: number;
  actions: Record<string, number>;
  blank_rows: number;
  can_apply: boolean;
  codes: Record<string, number>;
  copies: number;
  decisions: Record<string, number>;
  format_version?: number;
  guards: Array<GuardState>;
  rows: number;
  skipped: number;
  to_mend: number;
}

/** Shares beyond which a plan stops until somebody acknowledges it. Percent; strictly beyond the figure trips. */
export interface Thresholds {
  from_people?: number | null;
  max_email_changes_pct?: number | null;
  max_shrink_pct?: number | null;
  max_suspensions?: number;
  max_suspensions_pct?: number | null;
  min_match_pct?: number | null;
}

/** ``whatif``: rows that two plans decide otherwise. */
export interface WhatifOutput {
  command: "whatif";
  counts: Record<string, number>;
  differences: Array<OutputDifference>;
  format_version: 3;
  rows: number;
  transitions: Array<OutputTransition>;
}

/** ``why``: the whole way of one row. */
export interface WhyOutput {
  action: string;
  alternatives: Array<OutputAlternative>;
  cells: Array<OutputCell>;
  command: "why";
  format_version: 3;
  issues: Array<OutputIssue>;
  keys: Array<OutputKey>;
  matched_by: string | null;
  ref: string | null;
  row: number;
}

/** A file that was written; ``-`` is the standard output. */
export interface Written {
  bytes: number;
  path: string;
}

/** ``review``, ``mend`` (``written`` is null where nothing is to be mended), ``template``, ``undo``. */
export interface WrittenOutput {
  command: "review" | "mend" | "template" | "undo";
  fingerprint?: string | null;
  format_version: 3;
  summary?: Summary | null;
  written: Written | null;
}

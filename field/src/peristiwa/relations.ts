/** Relations to the head of a family, by key. */
export const RELATIONS = [
  "kepala_keluarga", "suami", "istri", "anak", "menantu", "cucu", "orang_tua", "mertua", "famili_lain", "lainnya",
];

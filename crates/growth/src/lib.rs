//! Child growth by WHO 2006 and 2007: z-scores, Indonesian categories, KMS status.

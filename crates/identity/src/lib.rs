//! NIK, KK, region codes, Indonesian names, masking and sealing.

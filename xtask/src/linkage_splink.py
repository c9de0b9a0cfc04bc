"""Splink on the same register, with its usual settings: linkage_splink.py LIST PAIRS CLUSTERS LEAST."""

import sys

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

source, pairs, clusters, least = sys.argv[1:]
connection = duckdb.connect()
connection.execute(
    "CREATE TABLE list AS SELECT rec_id, nullif(nik, '') nik, nullif(kk, '') kk, nullif(nama, '') nama, "
    "nullif(nama_ibu, '') nama_ibu, jk, tgl_lahir, kode_desa, nullif(alamat, '') alamat, "
    "nullif(telepon, '') telepon FROM read_csv(?, all_varchar = true)",
    [source],
)
api = DuckDBAPI(connection=connection)
settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="rec_id",
    comparisons=[
        cl.DamerauLevenshteinAtThresholds("nik", [1]).configure(term_frequency_adjustments=False),
        cl.DamerauLevenshteinAtThresholds("kk", [1]),
        cl.JaroWinklerAtThresholds("nama", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("nama_ibu", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("jk"),
        cl.DateOfBirthComparison("tgl_lahir", input_is_string=True),
        cl.ExactMatch("kode_desa"),
        cl.JaroWinklerAtThresholds("alamat", [0.9]),
        cl.ExactMatch("telepon"),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("nik"),
        block_on("kk", "tgl_lahir"),
        block_on("nama", "tgl_lahir"),
        block_on("kode_desa", "tgl_lahir"),
        block_on("nama_ibu", "tgl_lahir"),
        block_on("nama", "nama_ibu"),
        block_on("kk", "nama"),
    ],
)
linker = Linker(api.register("list"), settings)
linker.training.estimate_probability_two_random_records_match([block_on("nik")], recall=0.85)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("nik"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("nama", "tgl_lahir"))
predicted = linker.inference.predict(threshold_match_probability=float(least))
grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
connection.execute(
    f"COPY (SELECT rec_id_l, rec_id_r, match_probability probability FROM {predicted.physical_name}) "
    f"TO '{pairs}' (HEADER)"
)
connection.execute(f"COPY (SELECT rec_id, cluster_id FROM {grouped.physical_name}) TO '{clusters}' (HEADER)")

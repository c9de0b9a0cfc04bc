registry-text-too-long = Isian ini terlalu panjang. Tulis paling banyak 200 huruf.

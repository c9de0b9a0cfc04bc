"""Second implementation of the growth rules, with 50 digits, and the cases both must agree on.

Written from the rules alone (README.md beside this file), not from the Rust crate: every figure is
an exact fraction until the power, and the power has 50 digits. Prints the expectations as CSV.

    python reference.py ../../../../data > expectations.csv
"""

import csv
import random
import sys
from fractions import Fraction as F
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 50
DATA = Path(sys.argv[1])
MONTH = F(487, 16)  # 30.4375 days
INPUT = "id sex age_days age_months weight_kg lenhei_cm measure oedema headc_cm armc_cm".split()
NAMES = "len wei wfl bmi hc ac".split()
OUTPUT = (
    [f"z{n}" for n in NAMES]
    + [f"f{n}" for n in NAMES]
    + ["standard", "bb_u", "tb_u", "bb_tb", "imt_u"]
)
FLAGS = {"len": (-6, 6), "wei": (-6, 5), "wfl": (-5, 5), "bmi": (-5, 5), "hc": (-5, 5), "ac": (-5, 5)}


def load(name):
    table = {}
    with open(DATA / "who-growth" / f"{name}.csv") as file:
        for sex, key, l, m, s in list(csv.reader(file))[1:]:
            table[int(sex), F(key)] = F(l), F(m), F(s)
    return table


LENGTH = load("length_height_for_age_0_5")
WEIGHT = load("weight_for_age_0_5")
BMI = load("bmi_for_age_0_5")
HEAD = load("head_circumference_for_age_0_5")
ARM = load("arm_circumference_for_age_0_5")
WFL = load("weight_for_length")
WFH = load("weight_for_height")
HEIGHT_5 = load("height_for_age_5_19")
WEIGHT_5 = load("weight_for_age_5_10")
BMI_5 = load("bmi_for_age_5_19")


def real(x):
    return mpf(x.numerator) / x.denominator if isinstance(x, F) else mpf(x)


def interpolate(table, sex, key, step):
    low = key // step * step
    part = (key - low) / step
    a = table.get((sex, low))
    if a is None or part == 0:
        return a
    b = table.get((sex, low + step))
    return b and tuple(x + part * (y - x) for x, y in zip(a, b))


def plain(y, lms):
    l, m, s = map(real, lms)
    return ((real(y) / m) ** l - 1) / (s * l)


def sd(n, lms):
    l, m, s = map(real, lms)
    return m * (1 + l * s * n) ** (1 / l)


def restricted(y, lms):
    z = plain(y, lms)
    y = real(y)
    if z > 3:
        return 3 + (y - sd(3, lms)) / (sd(3, lms) - sd(2, lms))
    if z < -3:
        return -3 + (y - sd(-3, lms)) / (sd(-2, lms) - sd(-3, lms))
    return z


def hundredths(z):
    """Half away from zero."""
    size = int(mp.floor(abs(z) * 100 + mpf(1) / 2))
    return -size if z < 0 else size


def number(text):
    return F(text) if text else None


def measure(text):
    value = number(text)
    return value if value is not None and value > 0 else None


def ages(row):
    """Days (whole) and months (exact), or nothing."""
    if row["age_months"]:
        months = F(row["age_months"])
        if months < 0:
            return None, None
        return (months * MONTH + F(1, 2)) // 1, months
    if row["age_days"] and F(row["age_days"]) >= 0:
        days = F(row["age_days"])
        return (days + F(1, 2)) // 1, days / MONTH
    return None, None


def scores(row):
    sex = int(row["sex"])
    days, months = ages(row)
    weight, cm = measure(row["weight_kg"]), measure(row["lenhei_cm"])
    head, arm = measure(row["headc_cm"]), measure(row["armc_cm"])
    if row["oedema"] == "y":
        weight = None
    z = {}

    def give(name, form, y, lms):
        if y is not None and lms is not None:
            z[name] = form(y, lms)

    if months is not None and months >= 60:
        bmi = weight / (cm / 100) ** 2 if weight and cm else None
        for name, form, y, table, last in (
            ("len", plain, cm, HEIGHT_5, 228),
            ("wei", restricted, weight, WEIGHT_5, 120),
            ("bmi", restricted, bmi, BMI_5, 228),
        ):
            if months <= last:
                give(name, form, y, interpolate(table, sex, months, F(1)))
        return "who2007", z

    position = row["measure"]
    if position == "h" and months is not None and months < 9:
        position = ""
    if cm and days is not None:
        if days < 731 and position == "h":
            cm += F(7, 10)
        if days >= 731 and position == "l":
            cm -= F(7, 10)
        if cm <= 0:
            cm = None
    bmi = weight / (cm / 100) ** 2 if weight and cm else None
    if days is not None:
        give("len", plain, cm, LENGTH.get((sex, days)))
        give("wei", restricted, weight, WEIGHT.get((sex, days)))
        give("bmi", restricted, bmi, BMI.get((sex, days)))
        give("hc", plain, head, HEAD.get((sex, days)))
        give("ac", restricted, arm, ARM.get((sex, days)))
    if cm:
        if days is not None:
            lying = days < 731
        elif position:
            lying = position == "l"
        else:
            lying = cm < 87
        low, high = (45, 110) if lying else (65, 120)
        if low <= cm <= high:
            give("wfl", restricted, weight, interpolate(WFL if lying else WFH, sex, cm, F(1, 10)))
    return "who2006", z


def classify(z, bounds):
    """The name of the first bound that z does not exceed; '<' bounds exclude their border."""
    for test, border, name in bounds:
        if test == "<" and z < border or test == "<=" and z <= border:
            return name
    return bounds[-1][2]


BB_U = [("<", -300, "sangat_kurang"), ("<", -200, "kurang"), ("<=", 100, "normal"), ("", 0, "risiko_lebih")]
TB_U = [("<", -300, "sangat_pendek"), ("<", -200, "pendek"), ("<=", 300, "normal"), ("", 0, "tinggi")]
GIZI = [("<", -300, "gizi_buruk"), ("<", -200, "gizi_kurang"), ("<=", 100, "gizi_baik"), ("<=", 200, "berisiko_gizi_lebih"), ("<=", 300, "gizi_lebih"), ("", 0, "obesitas")]
GIZI_5 = [("<", -300, "gizi_buruk"), ("<", -200, "gizi_kurang"), ("<=", 100, "gizi_baik"), ("<=", 200, "gizi_lebih"), ("", 0, "obesitas")]


def expect(row):
    standard, exact = scores(row)
    z = {name: hundredths(value) for name, value in exact.items()}
    flag = {name: not FLAGS[name][0] * 100 <= z[name] <= FLAGS[name][1] * 100 for name in z}

    def category(name, bounds):
        return classify(z[name], bounds) if name in z and not flag[name] else ""

    young = standard == "who2006"
    bb_u = category("wei", BB_U) if young else ""
    tb_u = category("len", TB_U) if young else ""
    bb_tb = category("wfl", GIZI)
    imt_u = category("bmi", GIZI if young else GIZI_5)
    if row["oedema"] == "y":
        bb_tb = imt_u = "gizi_buruk"

    def show(name):
        if name not in z:
            return ""
        size = abs(z[name])
        return f"{'-' if z[name] < 0 else ''}{size // 100}.{size % 100:02}"

    return (
        [show(n) for n in NAMES]
        + [str(int(flag[n])) if n in z else "" for n in NAMES]
        + [standard, bb_u, tb_u, bb_tb, imt_u]
    )


# ---- the cases ----

draw = random.Random(20250117)


def case(**cells):
    return {name: str(cells.get(name, "")) for name in INPUT}


def at_z(lms, z, places, form="restricted"):
    """The measure at z, cut to some decimals."""
    if form == "plain" or abs(z) <= 3:
        y = sd(z, lms)
    else:
        side = 1 if z > 0 else -1
        three, two = sd(3 * side, lms), sd(2 * side, lms)
        y = three + (abs(z) - 3) * (three - two)
    return mp.nstr(mp.floor(y * 10**places) / 10**places, 20, strip_zeros=True)


def spread():
    return draw.choice([draw.gauss(-0.8, 1.3), draw.uniform(-7, 7)])


def every_day():
    for day in range(1827):
        for sex in (1, 2):
            key = sex, F(day)
            yield case(
                sex=sex,
                age_days=day,
                weight_kg=at_z(WEIGHT[key], spread(), draw.choice([1, 1, 2, 3])),
                lenhei_cm=at_z(LENGTH[key], spread(), draw.choice([1, 1, 2, 3]), "plain"),
                measure=draw.choice(["l", "h", ""]),
                headc_cm=at_z(HEAD[key], spread(), 1, "plain"),
                armc_cm=at_z(ARM[key], spread(), 1) if day >= 91 else "13.1",
            )


def every_length():
    for table in (WFL, WFH):
        for sex, cm in sorted(table):
            shown = f"{float(cm + draw.choice([0, 0, F(5, 100), F(23, 1000)])):.3f}".rstrip("0")
            weight = at_z(table[sex, cm], spread(), draw.choice([1, 2, 3]))
            cells = dict(sex=sex, weight_kg=weight, lenhei_cm=shown.rstrip("."))
            yield case(measure="l" if table is WFL else "h", **cells)
            day = draw.randrange(0, 731) if table is WFL else draw.randrange(731, 1827)
            yield case(measure=draw.choice(["l", "h", ""]), age_days=day, **cells)


def edges():
    """Both sides of every rounding edge that decides a class or a flag."""
    cuts = (-6, -5, -3, -2, 0, 1, 2, 3, 5, 6)
    for table, name, form in (
        (LENGTH, "lenhei_cm", "plain"),
        (WEIGHT, "weight_kg", "restricted"),
        (HEAD, "headc_cm", "plain"),
        (ARM, "armc_cm", "restricted"),
        (HEIGHT_5, "lenhei_cm", "plain"),
        (WEIGHT_5, "weight_kg", "restricted"),
        (BMI, "bmi", "restricted"),
        (BMI_5, "bmi", "restricted"),
        (WFL, "wfl", "restricted"),
        (WFH, "wfh", "restricted"),
    ):
        keys = [key for key in table if key[1] not in (121, 229)]
        for sex, key in draw.sample(keys, 24):
            for cut in cuts:
                for shift in (-0.005, 0.005):
                    low = F(at_z(table[sex, key], cut + shift, 4, form))
                    for y in (low, low + F(1, 10000)):
                        cells = dict(sex=sex)
                        if table in (HEIGHT_5, WEIGHT_5, BMI_5):
                            cells["age_months"] = key
                        elif name[:2] != "wf":
                            cells["age_days"] = key
                        if name == "bmi":
                            cells |= dict(lenhei_cm=100, weight_kg=float(y))
                        elif name[:2] == "wf":
                            cells |= dict(measure=name[2], lenhei_cm=float(key), weight_kg=float(y))
                        else:
                            cells[name] = float(y)
                        yield case(**cells)


def school():
    for tenth in range(600, 2295, 3):
        for sex in (1, 2):
            months = F(tenth, 10) if draw.random() < 0.7 else F(tenth // 10)
            whole = sex, F(min(months // 1, 228))
            cells = dict(
                lenhei_cm=at_z(HEIGHT_5[whole], spread(), 1, "plain"),
                measure=draw.choice(["l", "h", ""]),
                headc_cm=52,
                armc_cm=18,
            )
            height = F(cells["lenhei_cm"]) / 100
            bmi = F(at_z(BMI_5[whole], spread(), 4))
            cells["weight_kg"] = f"{float(bmi * height * height):.1f}"
            if draw.random() < 0.5:
                yield case(sex=sex, age_months=float(months), **cells)
            else:
                yield case(sex=sex, age_days=int(months * MONTH), **cells)


def borders():
    """Ages and lengths on both sides of every limit, with every position."""
    body = dict(weight_kg="11.2", headc_cm="47.3", armc_cm="14.9")
    limits = [{"age_days": d} for d in (0, 1, 90, 91, 273, 274, 730, 731, 732, 1825, 1826, 1827, 1828, 3652, 3653, 6939, 6940, 9000, -1, "730.4", "730.5", "1826.3")]
    limits += [{"age_months": m} for m in (0, "0.5", "2.98", 3, "8.99", 9, "9.01", "23.98", "23.99", 24, "24.01", "59.98", "59.999", 60, "60.01", 120, "120.01", 228, "228.01", 300, -1)]
    limits += [{"age_days": 400, "age_months": 30}, {"age_days": 2000, "age_months": 59}, {}]
    for age in limits:
        for sex in (1, 2):
            for position in ("l", "h", ""):
                for cm in ("84.3", "71.05"):
                    yield case(sex=sex, measure=position, lenhei_cm=cm, **body, **age)
    lengths = "44.2 44.3 44.9 44.99 45 45.01 45.7 51.9 64.2 64.3 64.9 64.99 65 65.6 65.7 86.2 86.3 86.9 86.99 87 87.01 103.1 109.2 109.3 109.4 110 110.01 110.1 110.7 119.3 120 120.001 120.1 120.6 120.7 120.8 0.6".split()
    for cm in lengths:
        for age in ({}, {"age_days": 300}, {"age_days": 730}, {"age_days": 731}, {"age_months": 24}, {"age_days": 1500}):
            for position in ("l", "h", ""):
                sex = draw.choice((1, 2))
                weight = f"{max(2.0, (float(cm) / 26) ** 2.1):.2f}"
                yield case(sex=sex, lenhei_cm=cm, measure=position, weight_kg=weight, **age)


def missing():
    full = dict(age_days=800, weight_kg="10.9", lenhei_cm="82.7", measure="l", oedema="n", headc_cm="47.1", armc_cm="14.2")
    school = dict(full, age_days=3000, weight_kg="24.1", lenhei_cm="125.3")
    for base in (full, school):
        for bits in range(64):
            cells = dict(base)
            for bit, name in enumerate(("age_days", "weight_kg", "lenhei_cm", "measure", "headc_cm", "armc_cm")):
                if bits >> bit & 1:
                    cells[name] = ""
            for oedema in ("y", "n", ""):
                yield case(sex=1 + bits % 2, **dict(cells, oedema=oedema))
    for name in ("weight_kg", "lenhei_cm", "headc_cm", "armc_cm"):
        for nothing in ("0", "-1", "-0.5", "0.0"):
            yield case(sex=2, **dict(full, **{name: nothing}))
    for name, value in (("weight_kg", "10900"), ("lenhei_cm", "827"), ("headc_cm", "4.7"), ("armc_cm", "142"), ("weight_kg", "0.4"), ("lenhei_cm", "8.27")):
        yield case(sex=1, **dict(full, **{name: value}))


def children():
    with open(DATA / "real-children" / "measurements.csv") as file:
        yield from csv.DictReader(file)


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(INPUT + OUTPUT)
    for group in (children, borders, missing, edges, every_day, every_length, school):
        for at, row in enumerate(group()):
            row["id"] = f"{group.__name__}{at}"
            out.writerow([row[name] for name in INPUT] + expect(row))


main()

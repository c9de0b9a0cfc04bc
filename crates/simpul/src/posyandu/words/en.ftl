nav-posyandu = Posyandu
nav-bidan = Midwife's list
posyandu-title = Posyandu

age-days = { $days ->
    [one] one day
   *[other] { $days } days
 }
age-months = { $months ->
    [one] one month
   *[other] { $months } months
 }
age-years = { $years } years
age-years-months = { $years } years { $months } months
sex-L = Boy
sex-P = Girl

post-title = Posyandu { $name }
post-number = number { $number }
post-new = Add a Posyandu
post-code-label = Code of the Posyandu
post-code-hint = Code of the village and number of the post, such as 32.04.12.2001.003
post-code = This code does not fit or lies outside your area. Write the village code, then the three digits of the post.
post-name = Name of the Posyandu
post-choose = Choose the Posyandu first.
post-choose-label = Posyandu
post-needs-number = A Posyandu needs a number of three digits, from 001 on, and a name.
post-exists = This number belongs to another Posyandu.
notice-post-made = The Posyandu has been registered.

news-title = News from the Puskesos
news-none = Nothing was sent to the Puskesos this month. News will appear here.
news-waiting = No news yet. The Puskesos has received it.
news-sent = Sent { $date }

today-title = Today, { $date }
days-past = Earlier open days
day-start = Start the open day
day-go-on = Go on weighing
day-date = Write the date, such as 21-11-2026.
day-date-label = Date
day-future = This date has not come yet. Check the date.
day-arrived = have come
day-measured = measured
day-measured-count = { $count ->
    [one] one child measured
   *[other] { $count } children measured
 }
day-expected = Not yet here
day-arrived-title = Here
day-done = Measured
day-came = Came
day-came-named = { $name } came
day-search = Search a child's name
day-no-children = No child under five is registered at this Posyandu yet. Begin by registering the family.
day-not-found = This name was not found. Try a part of it, or register a new child.
day-register-child = Register a new child
families-to-ask = families to ask
families-to-ask-link = Families to ask ({ $count })
bidan-link = Midwife's list ({ $count })

child = Child
child-title = Child
child-of = Mother: { $mother }
child-age = Age
child-sex = Sex
child-mother = Mother
child-measure = Measure
child-family = See the family
child-history = Measurements so far
child-no-measures = No measurements yet. Press Measure to begin.
child-no-consent = The family has not allowed the Puskesos to see this child's measurements. Their needs can still be met.

weight = Weight
weight-label = Weight (kg)
length-label = Length or height (cm)
length-short = Length/height
length-l = Length (lying)
length-h = Height (standing)
length-unknown = Length/height
position-label = How it was measured
position-short = How
position-l = Length (lying)
position-h = Height (standing)
position-l-short = lying
position-h-short = standing
arm = Upper arm (LiLA)
arm-label = Upper arm circumference, LiLA (cm)
head = Head
head-label = Head circumference (cm)
oedema-label = Both feet swollen

measure-last = Last, { $date }: { $value }
measure-second = Measure once more and write the second figure. The first is kept, too.
measure-again = Measure again
measure-again-chip = Measure again
measure-unusual = The figures are unusual. Please measure again.
measure-nothing = Fill in at least one measure, or tick what you see.
measure-future = The date has not come yet. Check the date.
measure-before-birth = The date lies before the child's birth. Check both dates.
measure-other-day = The date is not that of the open day. Use the open day's date.
measure-exists = This child has a measurement of that date already. Open it and choose Measure again.
measure-not-a-number = Write a number with one point, such as 7.8.
measure-too-fine = Too many decimals: a weight has at most three, a length two.
measure-zero = Zero is no measure. Leave the field empty when nothing was measured.
measure-too-heavy = The weight is too large. Write kilograms, such as 7.8, not grams.
measure-too-long = The length is too large. Write centimetres, such as 69.1.
warning-berat-dalam-gram = The weight looks like grams. Write kilograms.
warning-berat-tinggi-tertukar = Weight and height seem to be swapped.
warning-tinggi-turun = Shorter than last time.
warning-berat-berubah-banyak = The weight changed a lot since last time.
warning-skor-tidak-biasa = Hardly any child of this age has this figure.

danger-legend = What needs help at once
danger-hint = Tick what you see now. One tick is enough to go to the Puskesmas.
danger-tidak-mau-minum = Does not drink or suck
danger-muntah-terus = Vomits everything
danger-kejang = Fits
danger-lemas = Very weak or unconscious
danger-sesak = Fast or hard breathing
danger-demam-tinggi = High fever
danger-bab-berdarah = Blood in the stool
danger-mata-cekung = Sunken eyes
danger-tangan-kaki-dingin = Cold hands and feet
danger-kuning = Yellow newborn
danger-kulit-merah = Red skin of the newborn
danger-tali-pusar-basah = Wet or red navel

answer-title = Result
answer-result = Result
answer-mended = This was measured again.
answer-newest = See the newest
answer-go-now = Help is needed now. Take the child to the Puskesmas or Pustu today; do not wait.
answer-cannot-go = The family cannot go yet
answer-fine = As expected. Measure again next month.
answer-twice = Not gained for two months in a row. To be checked again.
answer-on-bidan-list = The child is on the midwife's list.
answer-next-child = Next child
answer-profile = The child's history
ask-family = Ask what the family needs
gain-n = The weight rose by { $grams } grams since last month.
gain-t = The weight has not risen yet. At this age { $needed } grams a month are expected.
gain-t-little = The weight has not risen enough: { $grams } grams of the expected { $needed }.
gain-o = Not weighed last month, so the gain cannot be compared.
gain-b = Weighed here for the first time.
counsel-breast = Advice: breastfeed more often, day and night, at least eight times a day. Until six months breast milk alone is enough.
counsel-complementary = Advice: three meals and two snacks a day, with egg, fish or chicken every day. Go on breastfeeding.
counsel-family-food = Advice: three family meals and two snacks a day, with egg, fish or chicken every day.
urgency-say-darurat = Take the child to the Puskesmas now.
urgency-say-segera = Take the child to the Pustu or Puskesmas within a day.
urgency-say-prioritas = The midwife checks again within three working days.
urgency-say-rutin = The midwife looks at the next visit, within two weeks.

why-explain = These figures are for midwives and officers. Nothing is certain before the midwife has checked.
why-gain = Gained { $gained } grams; the least gain (KBM) of this age is { $needed } grams a month.
why-no-score = No score can be computed from these measures.
why-index = Measure
why-place = Where the dot lies
why-class = Class
why-how = How it is computed
why-flagged = unusual
class-sangat-kurang = severely underweight
class-kurang = underweight
class-risiko-lebih = risk of overweight
class-sangat-pendek = severely stunted
class-pendek = stunted
class-tinggi = tall
class-gizi-buruk = severely wasted
class-gizi-kurang = wasted
class-gizi-baik = well nourished
class-berisiko-gizi-lebih = risk of overnutrition
class-gizi-lebih = overweight
class-obesitas = obese
class-mikrosefali = microcephaly
class-makrosefali = macrocephaly
class-normal = normal

chart-title-kg = Weight for age
chart-title-cm = Length or height for age
chart-months = age (months)
chart-said-kg = Last dot: { $kg } kg at { $age }, { $place }.
chart-said-cm = Last dot: { $cm } cm at { $age }, { $place }.
chart-below = below the line { $line }
chart-between = between the lines { $low } and { $high }
chart-on = on the line { $line }
chart-above = above the line { $line }

bidan-title = Midwife's list
bidan-explain = Children for the midwife to look at, most urgent first.
bidan-none = Nobody waits. Children for the midwife will appear here.
bidan-found = What was found
bidan-dipastikan = Confirmed, to be followed up
bidan-baik = Examined, all is well
bidan-catatan = A note only
bidan-note = Note for the kader
bidan-note-hint = For example: see again in two weeks, extra food was given.
bidan-choose = Choose what was found; for a note only, write the note.
bidan-heard = Midwife, { $date }:
notice-bidan-answered = The result has been saved.
notice-bidan-already = Another midwife has answered already.

book-from = Fill in from the book
book-title = Fill in from the book
book-explain = For an open day that is past: copy it once from the register book.
book-open = Open the sheet
book-how = One row per child. Leave empty what was not measured. Tab goes to the next cell.
book-measurer = Who measured
book-last = last { $kg } kg
book-done = entered
book-empty = Nothing has been filled in. Fill in at least one child.
book-save = Save all
notice-book-saved = What stood in the book has been saved.

prints-title = Reports to print
print-how = Use the browser's print command to print this page.
skdn-title = SKDN recap
skdn-what = What
skdn-all = All
skdn-s = Children under five of the post
skdn-k = Children with a growth record here
skdn-d = Children weighed this month
skdn-n = Gained
skdn-t = Not gained yet
skdn-o = Not weighed last month
skdn-b = Weighed for the first time
skdn-2t = Not gained twice in a row
skdn-bgm = Below the red line
skdn-d-s = Participation
skdn-n-d = Success of weighing
skdn-k-s = Coverage
skdn-note = Counted from this month's records; of several weighings of a child the last counts. K counts children who were ever weighed at this Posyandu. The least monthly gain (KBM) decides whether a child gained.
register-title = Posyandu register
register-number = No
register-sex = M/F
register-born = Born
kia-title = Figures for the Buku KIA
kia-explain = Copy into each child's own booklet, then hand it back to the mother.
kia-none = No child was measured at this open day yet.

nav-puskesos = Puskesos desk
cases-title = Incoming referrals
cases-which = List
cases-open = Open
cases-closed = Finished
cases-every-need = All
cases-show = Show
cases-more = Next
cases-none = No referral is waiting. Referrals from the Posyandu will appear here.
cases-sent-title = What you sent
cases-sent-none = Nothing is waiting. Choose Take in a matter to write down what somebody needs; what becomes of it appears here.
cases-none-closed = No referral is finished yet.

case-title = Referral
case-family = Family
case-family-unnamed = Family without a name
case-need = Need
case-urgency = How soon
case-state = State
case-time = Time
case-ended = Ended
case-address = Address
case-what-now = What to do now
case-sent-in = What was sent in
case-steps = What was done
case-steps-none = No step was taken yet. A Puskesos officer will begin to look at it.
case-refer-to = Referred where?
case-decided-by = Who decided?
case-choose = Choose one.
case-text = This part is needed, at most 600 letters.
case-not-now = This step cannot be taken in the present state. Look at the state and choose one of the steps shown.
case-not-yours = Another officer takes this step. Ask the coordinator of the Puskesos.
case-not-so = The details do not fit the state of this referral. Check who decided.
case-other-family = This person does not belong to the family. Choose a member of the family.
notice-case-step = Noted.

need-pangan = Food
need-jaminan-kesehatan = Health insurance
need-bantuan-sosial = Social assistance
need-data-kependudukan = Civil registration
need-perumahan = Housing
need-pendidikan = Schooling
need-perlindungan = Protection
need-lainnya = Something else

urgency-rutin = Routine
urgency-prioritas = Priority
urgency-segera = Urgent
urgency-darurat = Emergency

state-diajukan = New
state-diverifikasi = Being checked
state-dirujuk = Referred on
state-diterima-tujuan = Taken over by the service
state-ditangani = Being helped
state-menunggu-dokumen = Waiting for papers
state-dikembalikan = To be completed by the sender
state-selesai = Finished
state-ditolak = Not approved
state-dibatalkan = Ended

decider-puskesos = Puskesos: the village gives the help itself
decider-desa = Village government: approved for proposal; not yet certain
decider-layanan = The service

destination-puskesmas = Puskesmas or Pustu (health centre)
destination-dinas-sosial = Dinas Sosial (social affairs)
destination-dukcapil = Dukcapil (civil registry)
destination-bpjs-kesehatan = BPJS Kesehatan (health insurance)
destination-baznas = Baznas (alms agency)
destination-dinas-pendidikan = Dinas Pendidikan (schools)
destination-dinas-perumahan = Dinas Perumahan (housing)
destination-uptd-ppa = UPTD PPA (protection of women and children)
destination-layanan-lain = Another service

refusal-sudah-terbantu = Receives the same help already
refusal-belum-sesuai = Does not meet the conditions yet
refusal-data-belum-cocok = Data do not agree yet
refusal-bukan-wilayah = Lives in another area
refusal-kuota-penuh = The quota is full for now
refusal-alasan-lain = Another reason

act-accept = I take it
act-accept-service = The service has taken it over
act-documents-came = Papers are complete
act-send-again = Completed, send again
act-first-help = Note the first help
act-received = Note that the benefit was received
act-not-received = The benefit was not received after all
act-ask-documents = Ask for papers
act-refer-on = Refer on to a service
act-approve = Approve
act-answer = Answer
act-refuse = Cannot be approved
act-reply = Send word
act-send-back = Send back to the sender
act-cancel = End it

step-accept = Taken up by the Puskesos
step-accept-service = Taken over by the service
step-documents-came = Papers are complete
step-first-help = First help was given
step-received = The family has received the benefit
step-not-received = Correction: the family has not received the benefit
step-ask-documents = Please complete the papers
step-refer-on = Referred on to { $to }
step-approve-puskesos = Approved by the Puskesos
step-approve-desa = Approved by the village for proposal; not yet certain
step-approve-layanan = Approved by the service
step-answer = Answered
step-refuse = Could not be approved
step-reply = Word from the Puskesos
step-reply-sender = Word from the sender
step-send-back = Sent back to be completed
step-cancel = Ended

detail-first-help-what = Help that was given
detail-received-what = What the family received
detail-not-received-why = Why it is corrected
detail-ask-documents-what = Papers to bring
detail-refer-on-note = Note for the service
detail-approve-what = Approved for
detail-approve-next = Next step for the family
detail-answer-text = The answer
detail-refuse-reason = Reason
detail-refuse-why = Explanation
detail-refuse-next = What the family can do
detail-reply-text = The message
detail-send-back-why = To be completed
detail-cancel-why = Reason for ending
hint-public = The family can read this. Write no name and nothing about health.
hint-service = Read by the service and officers alone. Write only what is needed.
hint-reply = Read by who sent this referral.

clock-paused = Papers awaited
clock-today = Until today
clock-days = { $count ->
    [one] one working day left
   *[other] { $count } working days left
 }
clock-hours = { $count ->
    [one] one hour left
   *[other] { $count } hours left
 }
clock-whole-days = { $count } days left
clock-minutes = { $count ->
    [one] one minute left
   *[other] { $count } minutes left
 }
clock-late-now = Just over
clock-late-hours = { $count ->
    [one] one hour late
   *[other] { $count } hours late
 }
clock-late-whole-days = { $count } days over
clock-late-days = { $count ->
    [one] one working day late
   *[other] { $count } working days late
 }

checks-title = Look up in SIKS-NG
checks-waiting = { $count ->
    [one] One family is to be looked up in SIKS-NG
   *[other] { $count } families are to be looked up in SIKS-NG
 }
checks-explain = Look for these families in SIKS-NG, then note the result and the date of the data.
checks-none = All families have been looked up.
check-title = Result of the look-up
check-asked = asked on { $day }
check-kk = KK number
check-nik = NIK of the head of the family
check-found = Was this family found in the data?
check-found-yes = Found
check-found-no = Not found
check-decile = Decile
check-decile-hint = A number from 1 to 10. Leave it empty when there is no rank or the family was not found.
check-decile-wrong = Write the decile as 1 to 10, or leave it empty.
check-date = Date of the data
check-date-hint = The date of the data in SIKS-NG, not the day of the look-up.
check-date-wrong = Write the date of the data, for example 21-11-2026.
notice-check-kept = The result is noted.

slip-title = Slip of the request
slip-desk = Handed in at
slip-date = Date
slip-code = Code
slip-number = Number
slip-how = See what became of it with this code and number at
slip-keep = Keep this paper. Whoever has code and number can read the news.
slip-restricted = News of this request come from the Puskesos officer in person, not over the internet.
slip-print-how = Print with the browser's menu, or copy code and number onto paper.

nav-sent = Referrals
nav-to-post = From the Puskesos
nav-intake = Take in a matter
case-no-family = No family named
case-holder = With
case-tier = Passed up to
case-told = What was said
case-held = Another officer is working on this. Take over if they are away.
case-no-colleague = Choose an officer from the list.
notice-case-kept = Kept. Give the slip to the family.

kind-rujukan = Referral
kind-kebutuhan = Need for help
kind-pertanyaan = Question
kind-saran = Proposal
kind-pengaduan = Complaint
kind-darurat = Emergency

field-pangan = Food
field-kesehatan = Health
field-bantuan = Social aid: membership, delivery, data
field-kependudukan = Civil registration
field-pendidikan = Education
field-perumahan = Housing
field-ekonomi = Family economy
field-usaha = Business
field-ketenagakerjaan = Work
field-sosial = Social
field-bencana = Disaster
field-kekerasan = Violence and protection

nature-kepesertaan = Membership of a programme
nature-kebutuhan-program = Needs a programme
nature-non-program = Village, Baznas or a company can help

channel-meja = Came to the desk
channel-lapangan = Met at home
channel-telepon = By telephone
channel-halaman = By this page

speaker-sendiri = The family itself
speaker-kerabat = Relatives
speaker-tetangga = Neighbours
speaker-petugas = Kader, facilitator or officer

about-kepala-desa = Village head
about-kader = A kader
about-petugas = An officer

tier-desa = The village
tier-kecamatan = The supervisor of the kecamatan
tier-kabupaten = The manager of the kabupaten

decider-kabupaten = SLRT secretariat of the kabupaten

ppks-01 = Neglected child under five
ppks-02 = Neglected child
ppks-03 = Child in conflict with the law
ppks-04 = Street child
ppks-05 = Child with a disability
ppks-06 = Child victim of violence
ppks-07 = Child in need of special protection
ppks-08 = Neglected elderly person
ppks-09 = Person with a disability
ppks-10 = Sex worker
ppks-11 = Homeless person
ppks-12 = Person who begs
ppks-13 = Waste picker
ppks-14 = Minority group
ppks-15 = Former prisoner
ppks-16 = Person with HIV/AIDS
ppks-17 = Victim of drug abuse
ppks-18 = Victim of trafficking
ppks-19 = Victim of violence
ppks-20 = Migrant worker in social trouble
ppks-21 = Victim of a natural disaster
ppks-22 = Victim of a social disaster
ppks-23 = Woman at social and economic risk
ppks-24 = Destitute person
ppks-25 = Family in psychosocial trouble
ppks-26 = Remote indigenous community

act-advise = Propose a decision
step-advise = Proposed: { $what }
step-stands-for = standing in
detail-advise-to = The proposal
detail-advise-why = What was verified, and the grounds
advice-setujui = Approve
advice-tolak = Not approve yet
advice-jawab = Answer
act-hand-over = Hand over to a colleague
act-take-over = Take over
act-escalate = Pass up
act-review = I have looked at it
step-hand-over = Handed over to a colleague
step-take-over = Taken over
step-escalate = Passed up to { $to }
step-review = Looked at by the supervisor
step-approve-kabupaten = Approved by the SLRT secretariat of the kabupaten
detail-hand-over-to = To whom?
detail-hand-over-why = Why it was handed over
detail-take-over-why = Why it was taken over
detail-escalate-to = To whom?
detail-escalate-why = Why it was passed up
detail-review-note = What was found

intake-title = Take in a matter
intake-lead = One form for every matter.
intake-find-family = For a family, look for the family first.
intake-which-village = Village
intake-village = Choose the village.
intake-kind = What is it about?
intake-field = Field
intake-note = The story
intake-note-hint = Only what is needed, at most 600 characters.
intake-officer = Is it a complaint about somebody in office?
intake-officer-hint = Such a complaint goes straight to the kabupaten. The village does not see it.
intake-officer-none = No
intake-about = A complaint about an officer is kept as a complaint, without a family.
intake-speaker = Who tells it?
intake-speaker-hint = A neighbour's report alone never ends anybody's help.
intake-consent-title = The family's consent
intake-consent = The family agrees that its matter goes to the Puskesos
intake-consent-needed = Ask the family first. If it agrees, tick here.
intake-agreed = This family has agreed before.
intake-channel = How did it come?
intake-more = Details for officers
intake-nature = Nature
intake-category = PPKS category
intake-reporter = Who reports
intake-reporter-hint = May be left empty. The name is kept apart and sealed.
intake-name = Name
intake-telephone = Telephone
intake-phone = The telephone number does not look right. It may be left empty.
intake-send = Send

public-intake-title = Tell the Puskesos
public-intake-lead = Ask, complain, propose, or ask for help. No name is needed. Do not write a NIK.
kept-title = We have received it
kept-lead = Thank you. Keep this code and number to see what becomes of it.
reporter-title = Who reported
reporter-lead = This name is confidential. Each reading is noted.
reporter-none = Reported without a name.
reporter-open = See who reported
reporter-back = Back to the case

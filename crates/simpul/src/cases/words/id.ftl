nav-puskesos = Puskesos

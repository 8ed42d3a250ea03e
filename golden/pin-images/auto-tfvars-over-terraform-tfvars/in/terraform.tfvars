tag = "main"

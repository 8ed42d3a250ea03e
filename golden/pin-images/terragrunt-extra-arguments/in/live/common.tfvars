tag = "latest"

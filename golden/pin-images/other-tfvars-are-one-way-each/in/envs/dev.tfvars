image = "redis:7"

name = "nginx"

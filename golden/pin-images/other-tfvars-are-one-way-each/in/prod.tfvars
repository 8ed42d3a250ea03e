image = "nginx:latest"

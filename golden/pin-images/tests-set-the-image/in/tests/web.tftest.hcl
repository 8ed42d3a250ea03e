variables {
  image = "nginx:latest"
}

run "web" {
  command = plan
}

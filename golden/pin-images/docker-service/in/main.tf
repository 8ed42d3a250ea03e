resource "docker_service" "web" {
  name = "web"
  task_spec {
    container_spec {
      image = "nginx:latest"
    }
  }
}

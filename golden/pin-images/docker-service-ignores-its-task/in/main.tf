resource "docker_service" "web" {
  name = "web"

  task_spec {
    container_spec {
      image = "nginx:latest"
    }
  }

  lifecycle {
    ignore_changes = [task_spec[0].container_spec]
  }
}

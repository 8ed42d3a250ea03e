resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([{
    name         = "app"
    image        = "ghcr.io/acme/app:2.3.4@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    command      = ["docker", "run", "nginx:latest"]
    dockerLabels = { image = "nginx:latest" }
    environment  = [{ name = "IMAGE", value = "nginx:latest" }]
  }])
}

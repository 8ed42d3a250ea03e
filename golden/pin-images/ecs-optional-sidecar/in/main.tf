resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = jsonencode(concat([{ name = "app", image = "nginx:latest" }], var.sidecar ? [{ name = "cache", image = "redis:7" }] : []))
}

variable "sidecar" {
}

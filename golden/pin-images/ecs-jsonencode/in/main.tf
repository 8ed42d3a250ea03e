resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([
    { name = "web", image = "nginx:latest" },
    {
      name  = "cache"
      image = "redis:7"
    },
  ])
}

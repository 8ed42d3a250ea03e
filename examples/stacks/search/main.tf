resource "aws_ecs_task_definition" "search" {
  family = "search"
  container_definitions = jsonencode([
    {
      name      = "search"
      image     = "opensearchproject/opensearch:2"
      essential = true
    },
    {
      name  = "router"
      image = "public.ecr.aws/example/router" # tfmod:ignore[pin-images] deployed from its own pipeline
    },
  ])
}

resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = module.definition.json
}

module "definition" {
  source  = "acme/definition/aws"
  version = "1.0.0"
}

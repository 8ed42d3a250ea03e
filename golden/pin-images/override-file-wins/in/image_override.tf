locals {
  image = "redis:7"
}

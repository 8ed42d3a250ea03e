# resource "kubernetes_pod_v1" "x" {
#   image = "nginx:latest"
# }
/* resource "docker_image" "y" { name = "nginx:latest" } */

resource "openstack_compute_instance_v2" "vm" {
  image_name = "ubuntu:latest"
  image      = "ubuntu:latest"
}

resource "digitalocean_droplet" "vm" {
  image = "docker-20-04"
}

variable "image" {
  default = "nginx:latest"
}

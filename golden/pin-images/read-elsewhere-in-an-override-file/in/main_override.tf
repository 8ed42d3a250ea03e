resource "terraform_data" "marker" {
  input = local.tag
}

resource "nomad_job" "web" {
  jobspec = file("${path.module}/web.nomad.hcl")
}

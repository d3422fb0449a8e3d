variable "region" {
  description = "Region of AWS. Its certificates of RDS are in certificates/."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = fileexists("${path.module}/../../certificates/${var.region}.pem")
    error_message = "The certificates of that region are missing: see certificates/README.md."
  }
}

variable "image" {
  description = "Image of the service, with a version or a digest: ghcr.io/todo-app/todo-app:v0.1.0."
  type        = string
}

variable "domain" {
  description = "Name of the service, and its hosted zone in Route 53."
  type        = object({ name = string, zone_id = string })
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = set(string)
}

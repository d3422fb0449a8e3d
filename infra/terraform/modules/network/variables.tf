variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "cidr" {
  description = "IPv4 range of the VPC, a /16."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr)) && endswith(var.cidr, "/16")
    error_message = "The VPC needs an IPv4 range that ends in /16."
  }
}

variable "zone_count" {
  description = "Number of availability zones."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "Use two or three zones: the database and the load balancer need two."
  }
}

variable "nat_per_zone" {
  description = "One NAT gateway per zone, so that the loss of a zone affects no other. If false, all zones share one."
  type        = bool
}

variable "flow_log_group_arn" {
  description = "Log group for refused connections."
  type        = string
}

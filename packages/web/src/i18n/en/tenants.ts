/** Those who share a server without seeing one another. */
export const tenants = {
  add: 'New tenant',
  added: 'Tenant {{name}} created. Look at it to make its first user.',
  id: 'ID',
  idNote: 'Small letters, digits and -. Its users sign in as ID/user name; it cannot be changed.',
  name: 'Name',
  status: 'Status',
  active: 'Active',
  disabled: 'Disabled',
  look: 'Look at it',
  disable: 'Disable',
  enable: 'Enable',
  changed: 'Saved.',
  disableTitle: 'Disable the tenant {{name}}?',
  disableText:
    'Nobody who belongs to it is let in any more, with whatever credential, on other servers within five seconds. Its tasks go on.',
  remove: 'Delete',
  removed: 'Tenant {{name}} deleted.',
  removeTitle: 'Delete the tenant {{name}}?',
  removeText: 'Only a tenant that has nothing can be deleted. Its ID is not given again.',
  none: 'No tenants yet',
  noneText:
    'A tenant has users, roles, tasks and limits of its own and learns nothing of others. Without tenants everything belongs to all who may see it.',
} as const

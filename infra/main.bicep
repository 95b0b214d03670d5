// What `azd provision` reads: a resource group, and in it everything that azure/resources.json describes.
// That file is the template that is deployed and the one that is tested; this one only passes its parameters on.
// All are texts here, as azd fills them from the environment; main.parameters.json names the variables and defaults.
targetScope = 'subscription'

@description('The azd environment, as in `azd env new NAME`: every resource is named after it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region.')
@metadata({ azd: { type: 'location' } })
param location string

param instanceMemoryMB string
param maximumInstances string
param alwaysReadyHttp string
param alwaysReadyTimer string
param redundancy string
param zoneRedundant string
param backups string
param deleteLock string
param privateNetwork string
param keyVault string
param dailyLogGB string
param alertMailbox string
param monthlyBudget string
param budgetStart string
param customDomain string
param certificate string
param publicUrl string
param frontDoorId string
param mailFrom string
param administrators string
param oidcIssuer string
param oidcClientId string
param oidcEmailClaim string
param moreSettings string

@secure()
param secret string
@secure()
param operatorKey string
@secure()
param eventGridKey string
@secure()
param smtp string
@secure()
param oidcClientSecret string

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app 'azure/resources.json' = {
  name: 'openslot'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    instanceMemoryMB: int(instanceMemoryMB)
    maximumInstances: int(maximumInstances)
    alwaysReadyHttp: int(alwaysReadyHttp)
    alwaysReadyTimer: int(alwaysReadyTimer)
    redundancy: redundancy
    zoneRedundant: bool(zoneRedundant)
    backups: bool(backups)
    deleteLock: bool(deleteLock)
    privateNetwork: bool(privateNetwork)
    keyVault: bool(keyVault)
    dailyLogGB: int(dailyLogGB)
    alertMailbox: alertMailbox
    monthlyBudget: int(monthlyBudget)
    budgetStart: budgetStart
    customDomain: customDomain
    certificate: bool(certificate)
    publicUrl: publicUrl
    frontDoorId: frontDoorId
    mailFrom: mailFrom
    administrators: administrators
    oidcIssuer: oidcIssuer
    oidcClientId: oidcClientId
    oidcEmailClaim: oidcEmailClaim
    moreSettings: moreSettings
    secret: secret
    operatorKey: operatorKey
    eventGridKey: eventGridKey
    smtp: smtp
    oidcClientSecret: oidcClientSecret
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output OPENSLOT_APP string = app.outputs.app
output OPENSLOT_HOST string = app.outputs.host
output OPENSLOT_VERIFICATION string = app.outputs.verification
output OPENSLOT_TABLES string = app.outputs.tables
output OPENSLOT_BACKUPS string = app.outputs.backups

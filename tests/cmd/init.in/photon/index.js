const express = require('express')
const { Photon } = require('@generated/photon')

const photon = new Photon()
const app = express()
app.get('/', async (request, response) => response.json(await photon.articles.findMany()))
app.listen(3000)

// The code samples of Twilio's page "Send Outbound Messages with Flex Conversations Channels".
const page = require("../data/source_document.json");
const client = require("./sandbox_client.cjs")(process.argv[2]);

const conversationOf = (interaction) =>
  client.conversations.v1.conversations(
    JSON.parse(interaction.routing.properties.attributes).conversationSid,
  );

async function send(kind) {
  // The page writes the WhatsApp address with dashes, which is not E.164.
  const [participant] = page[kind].channel.participants;
  const participants = [{ ...participant, address: participant.address.replaceAll("-", "") }];
  const channel = { ...page[kind].channel, participants };
  const interaction = await client.flexApi.v1.interaction.create({
    channel,
    routing: page[kind].routing,
  });
  const conversation = conversationOf(interaction);
  const message = await conversation.messages.create({
    author: page.message.Author,
    body: page.message.Body,
  });
  const [receipt] = await conversation.messages(message.sid).deliveryReceipts.list();
  return { status: receipt.status, errorCode: receipt.errorCode };
}

async function main() {
  const receipts = [await send("sms"), await send("whatsapp")];
  const { channel, routing } = page.whatsapp;
  const refused = await client.flexApi.v1.interaction
    .create({ channel, routing })
    .catch(({ status, code }) => ({ status, code }));
  process.stdout.write(JSON.stringify({ receipts, refused }));
}

main();

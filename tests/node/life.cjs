// The whole life of an interaction: create, join, message, invite, transfer, agent, close.
const page = require("../data/source_document.json");
const client = require("./sandbox_client.cjs")(process.argv[2]);

const hex = "0123456789abcdef".repeat(2);
const places = { workspace_sid: `WS${hex}`, workflow_sid: `WW${hex}` };

async function main() {
  const told = {};
  const { channel: asked, routing } = page.sms;
  const created = await client.flexApi.v1.interaction.create({ channel: asked, routing });
  const channel = client.flexApi.v1.interaction(created.sid).channels(created.channel.sid);
  told.channel = (await channel.fetch()).status;
  const { conversationSid } = JSON.parse(created.routing.properties.attributes);
  const conversation = client.conversations.v1.conversations(conversationSid);
  const members = await conversation.participants.list();
  told.participants = members.map((member) => member.messagingBinding.address);
  const message = await conversation.messages.create({ author: "Clinic", body: "Hi" });
  const receipts = conversation.messages(message.sid).deliveryReceipts;
  const [receipt] = await receipts.list();
  told.receipt = (await receipts(receipt.sid).fetch()).status;
  const invite = await channel.invites.create({ routing: { properties: places } });
  told.invited = invite.routing.properties.workspace_sid;
  const transfer = await channel.transfers.create({ type: "cold", to: `WQ${hex}` });
  const ended = await channel.transfers(transfer.sid).update({ status: "completed" });
  told.transfer = [transfer.type, ended.status];
  const agent = await channel.participants.create({ type: "agent", mediaProperties: {} });
  told.agent = (await channel.participants(agent.sid).update({ status: "closed" })).type;
  const over = await channel.update({ status: "closed", routing: { status: "closed" } });
  told.closed = [over.status, (await conversation.fetch()).state];
  told.late = await conversation.messages.create({ body: "Too late" }).catch(({ code }) => code);
  const tasks = await client.taskrouter.v1.workspaces(places.workspace_sid).tasks.list();
  told.tasks = tasks.map((task) => task.assignmentStatus);
  for (let number = 0; number < 4; number += 1) {
    await client.conversations.v1.conversations.create({ uniqueName: `c${number}` });
  }
  told.pages = (await client.conversations.v1.conversations.list({ pageSize: 2 })).length;
  process.stdout.write(JSON.stringify(told));
}

main();

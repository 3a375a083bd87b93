// What is shown of an agent wherever they stand: what they can do, and why they are away.

import { arrange, element } from "./dom.js";

// {passports: 5} as chips, one a skill; those that stay are kept.
export function drawSkills(list, skills) {
  const sorted = Object.entries(skills || {}).sort();
  const known = new Map([...list.children].map((chip) => [chip.textContent, chip]));
  arrange(list, sorted.map(([skill, level]) => known.get(`${skill} ${level}`) || element("li", { class: "chip" }, `${skill} `, element("b", {}, String(level)))));
  return sorted.length;
}

// What somebody did whom the machinery took off for a while: one word of it alone would say another thing.
const TAKEN_OFF = {
  no_answer: "didn't answer", no_key: "didn't accept", declined: "declined a call", hung_up: "hung up on an offer",
  busy: "phone was busy", machine: "voicemail answered", carrier: "couldn't be rung", agent_gone: "hung up too soon",
};

export const reasonOf = (agent) => TAKEN_OFF[agent.reason] || (agent.reason || "").replaceAll("_", " ");

// Skills, waits and rings in words, and who may answer whom.

import { duration } from "../clock.js";

const HIGHEST = 10;

// "fr:3,tax:2-5|@ana" as [{agent: "", skills: [["fr", 3, 10], ["tax", 2, 5]]}, {agent: "ana", skills: []}].
export function ways(wanted) {
  return (wanted || "").split("|").map((way) => {
    const terms = way ? way.split(",") : [];
    const agent = terms.find((term) => term.startsWith("@")) || "";
    const skills = terms.filter((term) => !term.startsWith("@")).map((term) => {
      const at = term.lastIndexOf(":");
      const [least, most] = term.slice(at + 1).split("-").map(Number);
      return [term.slice(0, at), least, most || HIGHEST];
    });
    return { agent: agent.slice(1), skills };
  });
}

export const skillsOf = (wanted) => [...new Set(ways(wanted).flatMap((way) => way.skills.map(([skill]) => skill)))];

export function lacks(agent, wanted) {
  const gaps = ways(wanted).map((way) => {
    if (way.agent && way.agent !== agent.agent) return null;
    return way.skills.filter(([skill, least, most]) => !(least <= (agent.skills[skill] || 0) && (agent.skills[skill] || 0) <= most));
  });
  if (gaps.some((gap) => gap && gap.length === 0)) return "";
  const nearest = gaps.filter(Boolean).sort((a, b) => a.length - b.length)[0];
  return nearest ? nearest.map(term).join(", ") : "another agent";
}

export const term = ([skill, least, most]) => (most < HIGHEST ? `${skill} ${least}–${most}` : least > 1 ? `${skill} ${least}+` : skill);

export function asked(wanted, nameOf) {
  const said = ways(wanted).map((way) => [way.agent && nameOf(way.agent), ...way.skills.map(term)].filter(Boolean).join(", "));
  return said.some((words) => words === "") ? "anybody" : said.join(" or ");
}

// {low_seconds: 100, high_seconds: 290} as "2–5 min".
export function range(expected) {
  if (!expected) return "";
  const { low_seconds: low, high_seconds: high } = expected;
  if (high < 60) return "under 1 min";
  const [from, to] = [Math.floor(low / 60), Math.ceil(high / 60)];
  return from === to ? `${to} min` : from === 0 ? `up to ${to} min` : `${from}–${to} min`;
}

export const boost = (seconds) => `${seconds < 0 ? "−" : "+"}${Math.abs(seconds) % 60 ? duration(Math.abs(seconds) * 1000) : `${Math.abs(seconds) / 60} min`}`;

export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

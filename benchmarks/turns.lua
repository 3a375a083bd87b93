-- wrk: each request is the next of a list of real turns, `<turn> <call> <signature>` a line, each sent once.
-- The list comes from TURNS, the form's fields before and behind the call's from FORM_HEAD and FORM_TAIL.
local turns = {}
local head, tail = os.getenv('FORM_HEAD'), os.getenv('FORM_TAIL')
for line in io.lines(os.getenv('TURNS')) do turns[#turns + 1] = line end
local at = 0

function request()
  at = at + 1
  if at > #turns then
    wrk.thread:stop()
    at = #turns
  end
  local turn, call, signature = turns[at]:match('^(%d+) (%S+) (%S+)$')
  local body = head .. call .. tail
  return 'POST /voice/turn/' .. turn .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n'
    .. 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Home-Region: us1\r\n'
    .. 'I-Twilio-Idempotency-Token: ' .. call .. turn .. '\r\nX-Twilio-Signature: ' .. signature .. '\r\n'
    .. 'Content-Length: ' .. #body .. '\r\n\r\n' .. body
end

function done(summary, latency, requests)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('RESULT %d %d %d %d %d\n', summary.requests, summary.duration, wrong,
    latency:percentile(50), latency:percentile(99)))
end

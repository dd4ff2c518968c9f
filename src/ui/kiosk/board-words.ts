import type { RefusalCode } from '#core/refusal.ts';
import type { BoardView } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { refusalText } from '#ui/text/refusal.ts';

type Fault = Extract<BoardView, { readonly kind: 'failed' }>['fault'];
type Setting = Extract<Fault, { readonly kind: 'not-taken' }>['setting'];

const SETTINGS: Record<Setting, () => string> = {
  frequency: m.board_setting_frequency,
  bandwidth: m.board_setting_bandwidth,
  'tx-power': m.board_setting_power,
  'spreading-factor': m.board_setting_spreading,
  'code-rate': m.board_setting_code_rate,
  'short-lock': m.board_setting_lock,
  'long-lock': m.board_setting_lock,
};

/** Why no radio check was sent, and what to do. */
export const checkRefusalText = (code: RefusalCode): string => {
  if (code === 'over-capacity') return m.board_check_full();
  return code === 'wrong-state' ? m.board_check_off() : refusalText(code);
};

/** What is wrong with a board, and what to do. */
export const faultText = (fault: Fault): string => {
  switch (fault.kind) {
    case 'busy':
      return m.board_busy();
    case 'silent':
      return m.board_silent();
    case 'no-radio':
      return m.board_no_radio();
    case 'too-old':
      return m.board_too_old({ firmware: fault.firmware, needed: fault.needed });
    case 'not-taken':
      return m.board_not_taken({ setting: SETTINGS[fault.setting](), asked: fault.asked, got: fault.got ?? '–' });
    case 'unlawful':
      return m.board_unlawful();
    case 'stays-off':
      return m.board_stays_off();
    case 'radio-broken':
      return m.board_radio_broken();
    case 'stalled':
      return m.board_stalled();
    case 'restarted':
      return m.board_restarted();
    case 'held-back':
      return m.board_held_back();
  }
};

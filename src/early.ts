import { startTexts } from '#ui/text/spoken-texts.ts';
import './early-node.ts';

/** What need not wait for the first view's code: asks for its texts, and wakes the node where it has been before. */
void startTexts();
